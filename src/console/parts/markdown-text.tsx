import { useResource } from '../api/use-resource.js';
import { ResourceView } from './resource-view.js';
import type { JSX } from '../preact.js';

/** A text in Markdown. HTML within it is shown as text. */
export function MarkdownText({ text }: { text: string }): JSX.Element {
    const html = useResource(`markdown ${text}`, async () => (await import('./markdown.js')).renderMarkdown(text));
    return (
        <ResourceView resource={html}>
            {(__html) => <div class="markdown" dangerouslySetInnerHTML={{ __html }} />}
        </ResourceView>
    );
}
