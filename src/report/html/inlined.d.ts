/** Bundled as text (scripts/build.mjs): a style sheet as it stands, a script with all it imports, for a browser. */
declare module '*.css' {
  const text: string;
  export default text;
}
declare module '*?script' {
  const text: string;
  export default text;
}
