import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Statements like those of a year of migrations; each gets its own number for `{n}`. */
const kinds = [
  'CREATE TABLE "t{n}" ("id" bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "name" text NOT NULL, "at" timestamptz NOT NULL DEFAULT now());',
  'CREATE INDEX "t{n}_name" ON "t{n}" ("name");',
  'ALTER TABLE "users" ADD COLUMN "c{n}" text;',
  'COMMENT ON COLUMN "users"."c{n}" IS \'what it\'\'s for\';',
  'ALTER TABLE "t{n}" ADD CONSTRAINT "t{n}_check" CHECK (length("name") > 3) NOT VALID;',
  'INSERT INTO "settings" ("name", "value") VALUES (\'k{n}\', \'v\');',
];

/** Writes Supabase migrations with so many statements each, and returns the names of the files. */
export function writeMigrations(folder: string, files: number, statements: number): string[] {
  mkdirSync(folder, { recursive: true });
  return Array.from({ length: files }, (_, file) => {
    const lines = Array.from({ length: statements }, (_, index) => {
      const number = file * statements + index;
      return (kinds[number % kinds.length] ?? '').replaceAll('{n}', String(number - (number % kinds.length)));
    });
    const name = `${20260101000000 + file}_migration.sql`;
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`);
    return name;
  });
}
