/** What is shown in place of the console where it has not been built. */
export function noConsolePage(): string {
    return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>greenroom</title>
<h1>The console has not been built</h1>
<p>This copy of greenroom has no folder <code>dist/console</code>: it is the source, or a bundle that left the console out.
Run <code>npm run build</code> in its folder, or install the package as it is published. Of a bundle, copy the package's
<code>dist/console</code> beside it, as <code>console</code>.</p>
<p>The API is here all the same, at <code>/v2</code>.</p>
</html>
`;
}
