/** For tools that take no lock: the letters `relgates` in ASCII. It keeps two releases by this gate apart. */
export const ownLock = 0x72656c6761746573n;
