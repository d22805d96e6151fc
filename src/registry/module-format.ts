import { compileFunction } from 'node:vm';

const ESM_SYNTAX =
    /^\s*(?:import\s*(?:["'{*]|[\w$]+\s*(?:,|from\b))|export\s+(?:default|const|let|var|async|function|class|[*{]))/m;
const COMMONJS_SYNTAX = /\brequire\s*\(|\bmodule\.exports\b|\bexports\.[\w$]+\s*=/;
const WRAPPER = ['exports', 'require', 'module', '__filename', '__dirname'];

/**
 * Tells ES modules from CommonJS, by what V8 says to the text as CommonJS: `import`, `export` and a top-level `await`
 * are errors there. What is neither, or both, counts as an ES module.
 */
export function moduleFormat(text: string): 'esm' | 'commonjs' {
    try {
        compileFunction(text, WRAPPER);
        return COMMONJS_SYNTAX.test(text) ? 'commonjs' : 'esm';
    } catch (error) {
        // Only what has a mistake of its own in it is left to guessing; the run will tell of the mistake.
        const isModule = /import|export|await/.test(String(error)) || ESM_SYNTAX.test(text);
        return isModule || !COMMONJS_SYNTAX.test(text) ? 'esm' : 'commonjs';
    }
}
