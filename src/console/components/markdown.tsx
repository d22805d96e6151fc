import DOMPurify from 'dompurify';
import { useResource } from '../api/use-resource.js';
import { ResourceView } from './page.js';
import type { Token } from 'marked';

const TAGS =
    'a blockquote br code del em h2 h3 h4 h5 h6 hr li ol p pre strong table tbody td th thead tr ul #text'.split(' ');
const DESCRIPTION_TAGS = 'a b br code strong #text'.split(' ');
/** Removed before parsing: the browser would report an event handler in them as a violation of the page's policy. */
const OTHER_TAGS = /<\/?(?!(?:a|b|br|code|strong)\b)[a-z][^<>]*>/gi;
const LIMITS = { ALLOWED_ATTR: ['align', 'href', 'start'], ALLOWED_URI_REGEXP: /^https?:\/\//i };

DOMPurify.addHook('afterSanitizeAttributes', (node) => {
    if (!node.hasAttribute('href')) return;
    node.setAttribute('target', '_blank');
    node.setAttribute('rel', 'noreferrer noopener');
});

function sanitize(html: string, tags: string[]): { __html: string } {
    return { __html: DOMPurify.sanitize(html, { ...LIMITS, ALLOWED_TAGS: tags }) };
}

/** A description in a schema, with the links, code and bold text of its author. */
export function FieldText({ text }: { text: string }) {
    const html = text.replaceAll(OTHER_TAGS, '').replaceAll(/`([^`]+)`/g, '<code>$1</code>');
    return <p dangerouslySetInnerHTML={sanitize(html, DESCRIPTION_TAGS)} />;
}

/** A Markdown text, reduced to structure, text and web links. */
export function Markdown({ text }: { text: string }) {
    const html = useResource(text, () => renderMarkdown(text));
    return (
        <ResourceView resource={html}>
            {(rendered) => <div class="markdown" dangerouslySetInnerHTML={sanitize(rendered, TAGS)} />}
        </ResourceView>
    );
}

async function renderMarkdown(text: string): Promise<string> {
    const { Marked } = await import('marked');
    return new Marked({ walkTokens }).parse(text, { async: false });
}

/** HTML stays text, images become links, and headings are one level below that of the page. */
function walkTokens(token: Token): void {
    if (token.type === 'html') token.type = 'text';
    else if (token.type === 'heading') Object.assign(token, { depth: Math.min(6, Number(token['depth']) + 1) });
    else if (token.type === 'image') {
        const { text, href } = token as { text: string; href: string };
        const label = text === '' ? href : text;
        Object.assign(token, { type: 'link', tokens: [{ type: 'text', raw: label, text: label }] });
    }
}
