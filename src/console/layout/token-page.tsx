import { useEffect, useId, useState } from 'preact/hooks';
import { setToken, tokenError } from '../signals/token.js';
import { Button } from '../components/button.js';
import { TextInput } from '../components/fields.js';
import { Icon } from '../components/icon.js';

export function TokenPage() {
    const error = tokenError.value;
    const [text, setText] = useState('');
    const id = useId();
    useEffect(() => {
        document.title = 'Token needed · greenroom';
    }, []);
    const submit = (event: Event): void => {
        event.preventDefault();
        const found = parseToken(text);
        if (found !== '') setToken(found);
    };
    return (
        <main class="token-page">
            <form onSubmit={submit}>
                <h1>greenroom</h1>
                <p>Enter the token of this engine to open its console.</p>
                {error !== undefined && (
                    <p class="field-error" role="alert">
                        <Icon name="warning" /> {error}
                    </p>
                )}
                <label for={id}>Token or console link</label>
                <div class="row">
                    <TextInput element={{ id, spellcheck: false }} type="password" value={text} onChange={setText} />
                    <Button kind="primary" type="submit">
                        Open
                    </Button>
                </div>
                <h2>Where to find it</h2>
                <ul>
                    <li>
                        In the link that <code>greenroom dev</code> and <code>greenroom serve</code> print:{' '}
                        <code>{location.origin}/#token=…</code>
                    </li>
                    <li>
                        In your own program: <code>engine.token</code>
                    </li>
                </ul>
                <p class="faint">The token is stored in this browser and only sent to {location.host}.</p>
            </form>
        </main>
    );
}

/** Parses a token, or the link that contains it. */
function parseToken(text: string): string {
    const trimmed = text.trim();
    const [, fragment] = trimmed.split('#', 2);
    return (fragment === undefined ? undefined : new URLSearchParams(fragment).get('token')) ?? trimmed;
}
