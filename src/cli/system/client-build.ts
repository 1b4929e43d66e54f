/** What the docker binary says of itself. */
export const CLIENT_BUILD = { gitCommit: 'e6534b4', builtAt: 'Fri May 30 12:07:14 2025' } as const;
