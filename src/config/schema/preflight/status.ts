import * as z from 'zod';
import { parseJsonPath } from '../../../core/json-path.ts';
import { isHttpUrl } from '../common.ts';
import { matchingSchema } from '../matchers.ts';

const url = z.string().refine(isHttpUrl, 'an http or https URL');
const components = z
  .array(z.string().min(1))
  .default([])
  .describe('The names of the components that this release uses. Default: all.');
const jsonPathForm = 'a JSON path to one value, such as $.status';

/** A provider that must report no problem. */
export const statusSchema = z.union([
  z.strictObject({
    statuspage: url.describe('The address of an Atlassian Statuspage, such as https://www.vercel-status.com.'),
    components,
  }),
  z.strictObject({
    railway: url.describe("Railway's status feed: https://api.railwaystatus.com/status."),
    components,
  }),
  z.strictObject({
    json: url.describe('Any address that answers with JSON.'),
    values: z
      .record(
        z.string({ error: jsonPathForm }).refine(text => parseJsonPath(text) !== undefined, jsonPathForm),
        matchingSchema,
      )
      .describe('JSON paths, each with the value that it must have.'),
  }),
]);

export type Status = z.infer<typeof statusSchema>;
export type StatuspageStatus = Extract<Status, { statuspage: string }>;
export type RailwayStatus = Extract<Status, { railway: string }>;
export type JsonStatus = Extract<Status, { json: string }>;
