import DOMPurify from 'dompurify';
import { Marked, type Token } from 'marked';

const TAGS =
    'a blockquote br code del em h2 h3 h4 h5 h6 hr li ol p pre strong table tbody td th thead tr ul #text'.split(' ');
const SANITIZE = { ALLOWED_TAGS: TAGS, ALLOWED_ATTR: ['align', 'href', 'start'], ALLOWED_URI_REGEXP: /^https?:\/\//i };

/** HTML stays text, images become links, and headings are one level below that of the page. */
const marked = new Marked({
    walkTokens(token: Token) {
        if (token.type === 'html') token.type = 'text';
        else if (token.type === 'heading') Object.assign(token, { depth: Math.min(6, Number(token['depth']) + 1) });
        else if (token.type === 'image') {
            const { text, href } = token as { text: string; href: string };
            const label = text === '' ? href : text;
            Object.assign(token, { type: 'link', tokens: [{ type: 'text', raw: label, text: label }] });
        }
    },
});

DOMPurify.addHook('afterSanitizeAttributes', (node) => {
    if (!node.hasAttribute('href')) return;
    node.setAttribute('target', '_blank');
    node.setAttribute('rel', 'noreferrer noopener');
});

/** Returns HTML for a text in Markdown: structure, text and links to the web, and nothing else. */
export function renderMarkdown(text: string): string {
    return DOMPurify.sanitize(marked.parse(text, { async: false }), SANITIZE);
}
