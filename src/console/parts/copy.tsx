import { useState, type JSX } from '../preact.js';
import { Button } from './button.js';

const SHOWN_MILLIS = 1_500;

/** Copies a text, which may be made only then. */
export function CopyButton({ text, label = 'Copy' }: { text: string | (() => string); label?: string }): JSX.Element {
    const [isCopied, setCopied] = useState(false);
    const copy = async (): Promise<void> => {
        await navigator.clipboard.writeText(typeof text === 'string' ? text : text());
        setCopied(true);
        window.setTimeout(() => setCopied(false), SHOWN_MILLIS);
    };
    return (
        <Button kind="quiet" icon={isCopied ? 'check' : 'copy'} label={isCopied ? 'Copied' : label} onPress={copy} />
    );
}
