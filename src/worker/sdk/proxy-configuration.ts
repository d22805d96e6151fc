import { checkOptions, checkText, invalid } from '../../util/check.js';
import { Configuration } from './configuration.js';
import { ProxyTiers, type ProxyRequest } from './proxy-tiers.js';

/** Returns the URL of a proxy for a session, or null for none. */
type NewUrlFunction = (
    sessionId?: string | number,
    options?: { request?: ProxyRequest },
) => string | null | Promise<string | null>;

/** Options of a new URL: the request that it is for, or the index of the tier to use. */
export interface NewUrlOptions {
    /** The request. A request that is retried moves its host name to a higher tier. */
    request?: ProxyRequest;
    /** Index of the tier. */
    proxyTier?: number;
}

/**
 * Options of a proxy configuration: custom proxies, or Apify Proxy with groups and a country. Without options, Apify
 * Proxy selects the proxies.
 */
export interface ProxyConfigurationOptions {
    /** Groups of Apify Proxy, such as `RESIDENTIAL`. */
    groups?: string[];
    /** Alias of `groups`, as in an Actor's input. */
    apifyProxyGroups?: string[];
    /** Country of Apify Proxy: two capital letters. */
    countryCode?: string;
    /** Alias of `countryCode`, as in an Actor's input. */
    apifyProxyCountry?: string;
    /** Subdivision of the country, such as a state: 1 to 3 capital letters or digits, as in ISO 3166-2. */
    subdivisionCode?: string;
    /** Alias of `subdivisionCode`, as in an Actor's input. */
    apifyProxySubdivision?: string;
    /** Accepted for compatibility and ignored: access to the engine's proxy is always granted. */
    checkAccess?: boolean;
    /** Password of Apify Proxy. Default: the variable `APIFY_PROXY_PASSWORD`. */
    password?: string;
    /** URLs of custom proxies, used in turn; null is no proxy. */
    proxyUrls?: (string | null)[];
    /** Returns the URL of a custom proxy. */
    newUrlFunction?: NewUrlFunction;
    /** URLs of custom proxies by tier, cheapest first; null is no proxy. */
    tieredProxyUrls?: (string | null)[][];
    /** Options of Apify Proxy by tier, cheapest first; they replace those of the configuration. */
    tieredProxyConfig?: TierOptions[];
}

/** Options of Apify Proxy that a tier may replace. */
type TierOptions = Omit<
    ProxyConfigurationOptions,
    'proxyUrls' | 'newUrlFunction' | 'tieredProxyUrls' | 'tieredProxyConfig'
>;

/** The URL of a proxy and its parts. */
export interface ProxyInfo {
    /** Session that the URL belongs to; absent if none was given. */
    sessionId?: string;
    /** URL of the proxy, with its credentials. */
    url: string;
    /** User name; for Apify Proxy, it contains groups, session and country. */
    username: string;
    /** Password; empty if the URL has none. */
    password: string;
    /** Host name of the proxy. */
    hostname: string;
    /** Port; a number for Apify Proxy, otherwise as in the URL. */
    port: string | number;
    /** Groups of Apify Proxy; absent for custom proxies. */
    groups?: string[];
    /** Country of Apify Proxy; undefined if none is set. */
    countryCode?: string;
    /** Subdivision of the country; undefined if none is set. */
    subdivisionCode?: string;
    /** Index of the tier of the URL; absent if none was chosen. */
    proxyTier?: number;
}

const OPTIONS = [
    'groups',
    'apifyProxyGroups',
    'countryCode',
    'apifyProxyCountry',
    'password',
    'proxyUrls',
    'newUrlFunction',
    'subdivisionCode',
    'apifyProxySubdivision',
    'checkAccess',
    'tieredProxyUrls',
    'tieredProxyConfig',
];
/** Characters that the proxy accepts in its user name. */
const WORD = /^[\w.~]+$/;
const COUNTRY = /^[A-Z]{2}$/;
const SUBDIVISION = /^[A-Z0-9]{1,3}$/;
const MAX_SESSION_CHARS = 50;

/**
 * Provides URLs of proxies; the same one for the same session. Source: the class `ProxyConfiguration` of the platform's
 * SDK.
 */
export class ProxyConfiguration {
    /** True for Apify Proxy or the engine's own proxy, false for custom proxies. */
    readonly usesApifyProxy: boolean;
    /** False: the engine's proxy and custom proxies do not read the traffic. */
    readonly isManInTheMiddle = false;
    /** The configuration with the address and password of the proxy. */
    readonly config: Configuration;
    readonly #options: ProxyConfigurationOptions;
    readonly #groups: readonly string[];
    readonly #countryCode: string | undefined;
    readonly #subdivisionCode: string | undefined;
    readonly #tiers: ProxyTiers | undefined;
    readonly #urlBySession = new Map<string, string | null>();
    #next = 0;

    /** @throws {@link EngineError} `unknown-option`; `invalid-value` for an invalid group, country or list of URLs. */
    constructor(options: ProxyConfigurationOptions = {}, config = Configuration.getGlobalConfig()) {
        checkOptions('options', options, OPTIONS);
        const { groups, apifyProxyGroups = [], proxyUrls, newUrlFunction, tieredProxyUrls } = options;
        this.config = config;
        this.#options = options;
        this.#groups = groups?.length ? groups : apifyProxyGroups;
        this.#countryCode = options.countryCode || options.apifyProxyCountry;
        this.#subdivisionCode = options.subdivisionCode || options.apifyProxySubdivision;
        this.usesApifyProxy = proxyUrls === undefined && newUrlFunction === undefined && tieredProxyUrls === undefined;
        checkText('options.password', options.password);
        const location = { groups: this.#groups, country: this.#countryCode, subdivision: this.#subdivisionCode };
        checkCustom(options, location);
        checkLocation(location);
        const tiers = tieredProxyUrls ?? this.#tierUrls();
        if (tiers !== undefined) this.#tiers = new ProxyTiers(tiers);
    }

    /**
     * Checks that a password is available, and returns true. {@link Actor.createProxyConfiguration} calls it.
     *
     * @param _options - Accepted for compatibility and ignored.
     * @throws Error if no proxy password is available.
     */
    async initialize(_options?: { checkAccess?: boolean }): Promise<boolean> {
        if (!this.usesApifyProxy || this.#password() !== '') return true;
        throw new Error(
            'This run has no proxy. Pass `password` or `proxyUrls`, set the variable APIFY_PROXY_PASSWORD, or turn on ' +
                "the engine's option `proxy`.",
        );
    }

    /**
     * Returns the URL of a proxy.
     *
     * @param sessionId - Requests of one session use the same proxy: up to 50 letters, digits, `_`, `.` and `~`.
     * @param options - The request that the URL is for, which selects the tier.
     * @returns Undefined for no proxy: if `newUrlFunction`, `proxyUrls` or a tier yields null.
     * @throws {@link EngineError} `invalid-value` for an invalid session id, or if `newUrlFunction` returns no URL.
     */
    async newUrl(sessionId?: string | number, options?: NewUrlOptions): Promise<string | undefined> {
        return (await this.#newUrl(sessionId, options)).url ?? undefined;
    }

    /** Returns the URL of a proxy and its parts, otherwise like {@link ProxyConfiguration.newUrl}. */
    async newProxyInfo(sessionId?: string | number, options?: NewUrlOptions): Promise<ProxyInfo | undefined> {
        const { url, tier } = await this.#newUrl(sessionId, options);
        if (url === null) return undefined;
        const { username, password, hostname, port } = new URL(url);
        return {
            ...(sessionId !== undefined && { sessionId: String(sessionId) }),
            url,
            username: decodeURIComponent(username),
            password: decodeURIComponent(password),
            hostname,
            port: this.usesApifyProxy ? Number(port) : port,
            ...(this.usesApifyProxy && {
                groups: [...this.#groups],
                countryCode: this.#countryCode,
                subdivisionCode: this.#subdivisionCode,
            }),
            ...(tier !== undefined && { proxyTier: tier }),
        };
    }

    /** Returns the index of the tier for a request; null without tiers. Each call for a retried request counts as an error of its last tier. */
    predictProxyTier(request: ProxyRequest): number | null {
        return this.#tiers?.predict(request) ?? null;
    }

    async #newUrl(
        sessionId: string | number | undefined,
        options: NewUrlOptions = {},
    ): Promise<{ url: string | null; tier?: number | undefined }> {
        const session = checkSession(sessionId);
        const { newUrlFunction, proxyUrls } = this.#options;
        if (newUrlFunction !== undefined) {
            const { request } = options;
            const url = (await newUrlFunction(session, { ...(request && { request }) })) || null;
            if (url !== null && !URL.canParse(url)) throw invalid('newUrlFunction()', url, 'a URL or null');
            return { url };
        }
        if (proxyUrls !== undefined) return { url: this.#ownUrl(proxyUrls, session) };
        return this.#tiers?.next(options) ?? { url: this.#apifyUrl(session) };
    }

    #tierUrls(): string[][] | undefined {
        const { tieredProxyConfig, ...shared } = this.#options;
        return tieredProxyConfig?.map((tier) => [
            new ProxyConfiguration({ ...shared, ...tier }, this.config).#apifyUrl(undefined),
        ]);
    }

    #password(): string {
        return this.#options.password ?? String(this.config.get('proxyPassword') ?? '');
    }

    #ownUrl(urls: readonly (string | null)[], session: string | undefined): string | null {
        const known = session === undefined ? undefined : this.#urlBySession.get(session);
        if (known !== undefined) return known;
        const url = urls[this.#next++ % urls.length] ?? null;
        if (session !== undefined) this.#urlBySession.set(session, url);
        return url;
    }

    #apifyUrl(session: string | undefined): string {
        const country = this.#subdivisionCode ? `${this.#countryCode}_${this.#subdivisionCode}` : this.#countryCode;
        const parts = [
            ...(this.#groups.length > 0 ? [`groups-${this.#groups.join('+')}`] : []),
            ...(session === undefined ? [] : [`session-${session}`]),
            ...(country === undefined ? [] : [`country-${country}`]),
        ];
        const url = new URL(
            `http://${String(this.config.get('proxyHostname'))}:${String(this.config.get('proxyPort'))}`,
        );
        url.username = parts.join(',') || 'auto';
        url.password = this.#password();
        return url.href.slice(0, -1);
    }
}

/**
 * Creates a proxy configuration. Returns undefined if the options, which may come from an input, request no proxy.
 *
 * @throws Error if there is no password: the engine's proxy is off and none is given.
 */
export async function createProxyConfiguration(
    options: ProxyConfigurationOptions & { useApifyProxy?: boolean } = {},
): Promise<ProxyConfiguration | undefined> {
    const { useApifyProxy, ...rest } = options;
    if (useApifyProxy === false && !rest.proxyUrls) return undefined;
    const configuration = new ProxyConfiguration(rest);
    await configuration.initialize();
    return configuration;
}

interface Location {
    groups: readonly unknown[];
    country: unknown;
    subdivision: unknown;
}

function checkCustom(
    { proxyUrls, newUrlFunction, tieredProxyUrls }: ProxyConfigurationOptions,
    { groups, country, subdivision }: Location,
): void {
    const own = [proxyUrls, newUrlFunction, tieredProxyUrls].filter((option) => option !== undefined);
    if (own.length > 1) {
        throw invalid('options', own, 'with only one of `proxyUrls`, `newUrlFunction` and `tieredProxyUrls`');
    }
    const isPlaced = groups.length > 0 || country !== undefined || subdivision !== undefined;
    if ((proxyUrls ?? newUrlFunction) !== undefined && isPlaced) {
        throw invalid('options', { groups, country }, 'without groups and country if custom proxies are set');
    }
    if (proxyUrls !== undefined) checkUrls('options.proxyUrls', proxyUrls);
    if (tieredProxyUrls !== undefined) {
        if (!Array.isArray(tieredProxyUrls) || tieredProxyUrls.length === 0)
            throw invalid('options.tieredProxyUrls', tieredProxyUrls, 'a list of lists of URLs');
        for (const [tier, urls] of tieredProxyUrls.entries()) checkUrls(`options.tieredProxyUrls[${tier}]`, urls);
    }
}

function checkLocation({ groups, country, subdivision }: Location): void {
    const wrong = groups.find((group) => typeof group !== 'string' || !WORD.test(group));
    if (wrong !== undefined) throw invalid('options.groups', wrong, 'made up of letters, digits, `_`, `.` and `~`');
    if (country !== undefined && !COUNTRY.test(String(country))) {
        throw invalid('options.countryCode', country, 'two capital letters, like `US`');
    }
    if (subdivision === undefined) return;
    if (!SUBDIVISION.test(String(subdivision)))
        throw invalid('options.subdivisionCode', subdivision, '1 to 3 capital letters or digits, like `CA`');
    if (country === undefined) throw invalid('options.countryCode', country, 'set if `subdivisionCode` is');
}

function checkUrls(path: string, urls: readonly (string | null)[]): void {
    const areUrls = Array.isArray(urls) && urls.every((url) => url === null || URL.canParse(url));
    if (!areUrls || urls.length === 0) throw invalid(path, urls, 'a list of URLs');
}

function checkSession(sessionId: string | number | undefined): string | undefined {
    if (sessionId === undefined) return undefined;
    const session = String(sessionId);
    if (WORD.test(session) && session.length <= MAX_SESSION_CHARS) return session;
    throw invalid('sessionId', sessionId, `at most ${MAX_SESSION_CHARS} letters, digits, \`_\`, \`.\` and \`~\``);
}
