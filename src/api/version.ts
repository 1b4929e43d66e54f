/** The engine and client that are modelled: decisions about fidelity hang on this one constant. */
export const ENGINE = {
  version: '28.2.2',
  apiVersion: '1.50',
  minApiVersion: '1.24',
  goVersion: 'go1.24.3',
} as const;
