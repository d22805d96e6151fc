export * from '../apify/index.mjs';
export { default } from '../apify/index.mjs';
