import type { Socket } from 'node:net';
import type { ConnectionOptions, SecureContext } from 'node:tls';
import type { ConnectArguments } from './connect-arguments.js';

/** ALPN name of the only protocol that is handled. */
export const HTTP_1 = 'http/1.1';

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

/** Self-signed, for browsers that are started with certificate checks turned off; a secret key would protect nothing. */
const CERTIFICATE =
    'MIIBgDCCASWgAwIBAgIUMe3ubjHbVYlktDAGFzd7yscs/IIwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJZ3JlZW5yb29tMCAXDTI2' +
    'MTIwMTE3MDQ0NloYDzIxMjYxMTA3MTcwNDQ2WjAUMRIwEAYDVQQDDAlncmVlbnJvb20wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC' +
    'AAQm/NQlQHSkklH6O4tku1e5GAvT/TiMXZPey55NPKLPU/IplmUxhyQUsnf/BWu2BaxzXJnaCyVDs7u/DjMykmzEo1MwUTAdBgNV' +
    'HQ4EFgQUq/FAHAFxrqW5lqWNo/Ero29ymEswHwYDVR0jBBgwFoAUq/FAHAFxrqW5lqWNo/Ero29ymEswDwYDVR0TAQH/BAUwAwEB' +
    '/zAKBggqhkjOPQQDAgNJADBGAiEAtiZoDpXREVV2nE1i8kVDGqiHLQV8Nty1zaIEL9ieNIACIQDj7/w5NvQQPYSVv1vpX424vT2L' +
    'Xs3PDPHvu+2p1CNmQQ==';
const KEY =
    'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgU90Bq4OI1dJeXqXtcoyla0hVRGLiMujA/sBRG3XbVhuhRANCAAQm' +
    '/NQlQHSkklH6O4tku1e5GAvT/TiMXZPey55NPKLPU/IplmUxhyQUsnf/BWu2BaxzXJnaCyVDs7u/DjMykmzE';

let certificate: SecureContext | undefined;

/** Returns the certificate of this thread's end of TLS connections that other processes have opened. */
export function testCertificate(): SecureContext {
    const { createPrivateKey, X509Certificate } = process.getBuiltinModule('node:crypto');
    certificate ??= process.getBuiltinModule('node:tls').createSecureContext({
        cert: new X509Certificate(Buffer.from(CERTIFICATE, 'base64')).toString(),
        key: createPrivateKey({ key: Buffer.from(KEY, 'base64'), format: 'der', type: 'pkcs8' }).export({
            format: 'pem',
            type: 'pkcs8',
        }),
    });
    return certificate;
}

/** Returns the SHA-256 hash of the public key of that certificate, by which a Chromium can be told to accept it. */
export function certificateHash(): string {
    const { createHash, X509Certificate } = process.getBuiltinModule('node:crypto');
    const { publicKey } = new X509Certificate(Buffer.from(CERTIFICATE, 'base64'));
    return createHash('sha256')
        .update(publicKey.export({ type: 'spki', format: 'der' }))
        .digest('base64');
}
