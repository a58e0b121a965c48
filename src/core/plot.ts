/** Values over time, as a person looks at them; times are milliseconds since the epoch. */
export interface Plot {
  title: string;
  unit: string;
  points: { at: number; value: number }[];
  /** A line that the values should stay on one side of. */
  bound?: number;
}
