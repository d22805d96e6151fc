import type { Socket } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import type { ConnectArguments } from './connect-arguments.js';

const HTTP_1 = 'http/1.1';

/** ALPN protocols that a client offers, as passed to `tls.connect`. */
type AlpnOffer = ConnectionOptions['ALPNProtocols'];

/** True if a client accepts HTTP/1.1, as one that offers nothing does. */
export function offersHttp1(offer: AlpnOffer): boolean {
    if (offer === undefined || offer === null) return true;
    const names = Array.isArray(offer) ? offer.map(toText) : [toText(offer as Uint8Array)];
    // A byte array holds all names one after the other.
    return names.some((name) => name.includes(HTTP_1));
}

/** Members that Node's types omit. */
interface TlsInternals {
    /** The native handle of a socket. */
    _handle?: { close(done?: () => void): void; verifyError?(): null } | null;
}

/**
 * Gives a TLS socket the members that clients read after a handshake. Nothing is encrypted, since no byte leaves the
 * thread.
 */
export function fakeTls(
    socket: Socket & TlsInternals,
    { host, options: { ALPNProtocols, servername } }: ConnectArguments,
): void {
    const none = () => {};
    socket._handle?.close();
    socket._handle = null;
    Object.assign(socket, {
        encrypted: true,
        authorized: true,
        authorizationError: null,
        secureConnecting: true,
        alpnProtocol: ALPNProtocols ? HTTP_1 : false,
        servername: servername ?? host,
        getPeerCertificate: () => ({}),
        getPeerX509Certificate: none,
        getCertificate: () => ({}),
        getCipher: () => ({
            name: 'TLS_AES_256_GCM_SHA384',
            standardName: 'TLS_AES_256_GCM_SHA384',
            version: 'TLSv1.3',
        }),
        getProtocol: () => 'TLSv1.3',
        getEphemeralKeyInfo: () => ({}),
        getFinished: none,
        getPeerFinished: none,
        getSession: none,
        getTLSTicket: none,
        // Otherwise Node would compare the certificate with the host name.
        isSessionReused: () => true,
        setSession: none,
        setServername: none,
        setMaxSendFragment: () => true,
        disableRenegotiation: none,
        enableTrace: none,
    });
}

/** Makes Node complete a successful handshake, whose result it reads from the handle of the socket. */
export function completeHandshake(socket: Socket & TlsInternals): void {
    socket._handle = { verifyError: () => null, close: (done) => done && process.nextTick(done) };
    Object.assign(socket, { _secureEstablished: true });
    socket.emit('secure');
    // A listener may have destroyed the socket.
    socket._handle = null;
}

function toText(bytes: string | Uint8Array): string {
    return typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('latin1');
}
