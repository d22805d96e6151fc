import { useEffect, useId, useState } from 'preact/hooks';
import { takeToken, tokenError } from '../signals/token.js';
import { Button } from '../components/button.js';
import { TextInput } from '../components/fields.js';
import { Icon } from '../components/icon.js';

export function TokenPage() {
    const trouble = tokenError.value;
    const [text, setText] = useState('');
    const id = useId();
    useEffect(() => {
        document.title = 'Token needed · greenroom';
    }, []);
    const submit = (event: Event): void => {
        event.preventDefault();
        const given = tokenIn(text);
        if (given !== '') takeToken(given);
    };
    return (
        <main class="token-page">
            <form onSubmit={submit}>
                <h1>greenroom</h1>
                <p>Enter the token of this engine to open its console.</p>
                {trouble !== undefined && (
                    <p class="field-trouble" role="alert">
                        <Icon name="warning" /> {trouble}
                    </p>
                )}
                <label for={id}>Token, or the whole link</label>
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
                <p class="faint">It is kept in this browser, and sent to {location.host} only.</p>
            </form>
        </main>
    );
}

function tokenIn(text: string): string {
    const given = text.trim();
    const [, fragment] = given.split('#', 2);
    return (fragment === undefined ? undefined : new URLSearchParams(fragment).get('token')) ?? given;
}
