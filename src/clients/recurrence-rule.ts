/** What we use of rrule-temporal, in a module of its own: loaded, and bundled, only where an event repeats. */
export { RRuleTemporal } from 'rrule-temporal';
