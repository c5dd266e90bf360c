/** Templates are bundled as text (scripts/build.mjs). */
declare module '*.njk' {
  const text: string;
  export default text;
}
