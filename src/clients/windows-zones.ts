/** What we use of windows-iana, in a module of its own: its table is loaded only for a name that is not of IANA. */
export { findIana } from 'windows-iana';
