/** Points about centres, from a generator of its own, so that the test is the same each time. */
export function blobs(
  centres: [number, number, number][],
  deviation: number,
): { x: Float32Array; y: Float32Array; blob: number[] } {
  let state = 1;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 0.5) / 2 ** 32;
  };
  const normal = () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
  const blob = centres.flatMap(([, , size], i) => Array<number>(size).fill(i));
  return {
    x: Float32Array.from(blob, (i) => centres[i][0] + deviation * normal()),
    y: Float32Array.from(blob, (i) => centres[i][1] + deviation * normal()),
    blob,
  };
}
