/** Stands for node:zlib in the browser: the filter library asks for it, and its gzip says what is missing. */
function missing(): never {
  throw new Error('compression is not available here');
}
export const constants = {};
export const gunzipSync = missing;
export const gzipSync = missing;
export default { constants, gunzipSync, gzipSync };
