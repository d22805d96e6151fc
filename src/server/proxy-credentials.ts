import { isSameSecret } from '../util/same-secret.js';

/** `auto`, or parameters such as `groups-RESIDENTIAL,session-abc,country-US_CA`; a group may be several, with a `+`. */
const USERNAME = /^(auto|[a-z]+-[\w.~+]+(,[a-z]+-[\w.~+]+)*)$/i;
const BASIC = /^basic +([\w+/=-]+)$/i;
const REMEDY = 'Use the URL that `proxyConfiguration.newUrl()` gives, or the password in `APIFY_PROXY_PASSWORD`.';

/** Says what is wrong with the `Proxy-Authorization` of a request; undefined if it opens the proxy. */
export function credentialsProblem(header: string | undefined, password: string): string | undefined {
    if (header === undefined) return `The request has no username and password for the proxy. ${REMEDY}`;
    const encoded = BASIC.exec(header)?.[1];
    if (encoded === undefined) return `The Proxy-Authorization of the request is not of the type Basic. ${REMEDY}`;
    const [username = '', ...rest] = Buffer.from(encoded, 'base64').toString().split(':');
    if (!isSameSecret(rest.join(':'), password)) return `The request has a wrong password for the proxy. ${REMEDY}`;
    if (USERNAME.test(username)) return undefined;
    return (
        `The username for the proxy is \`${username}\`, but must be \`auto\`, or parameters such as ` +
        '`groups-RESIDENTIAL,session-abc,country-US`.'
    );
}
