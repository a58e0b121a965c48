import { type Answer, Refusal } from '../http.ts';

/** Error shape of the Machines API: superfly/fly-go flaps/flaps_error.go and flaps/flaps.go. */
export function flapsError(status: number, error: string, code?: string): Answer {
  return { status, body: code === undefined ? { error } : { error, status: code } };
}

export function refuse(status: number, error: string, code?: string): Refusal {
  return new Refusal(flapsError(status, error, code));
}
