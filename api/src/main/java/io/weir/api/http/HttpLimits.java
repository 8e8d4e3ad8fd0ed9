package io.weir.api.http;

import java.time.Duration;

/**
 * What clients may use up.
 *
 * @param maxBodyBytes largest request body
 * @param heldBodyBytes of the request bodies of all connections together, so much is in memory; see
 *     {@code HeldBytes}
 * @param heldAnswerBytes of the answers that clients have not read, likewise
 * @param maxConnections connections at a time; further ones are closed at once
 * @param maxConnectionsPerAddress connections of one remote address at a time, likewise; 0 for as
 *     many as there may be
 * @param bodyTimeout longest time from a request's headers to the end of its body
 * @param idleTimeout longest time that a connection may be open without a whole request's headers
 * @param writeTimeout longest time that one answer may wait for a client that does not read it
 */
public record HttpLimits(
    int maxBodyBytes,
    long heldBodyBytes,
    long heldAnswerBytes,
    int maxConnections,
    int maxConnectionsPerAddress,
    Duration bodyTimeout,
    Duration idleTimeout,
    Duration writeTimeout) {}
