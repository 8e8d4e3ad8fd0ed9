package io.weir.api.http;

import java.time.Duration;

/**
 * What clients may use up.
 *
 * @param maxBodyBytes largest request body
 * @param maxConnections connections at a time; further ones are closed at once
 * @param bodyTimeout longest time from a request's headers to the end of its body
 * @param idleTimeout longest time that a connection may be open without a whole request's headers
 * @param writeTimeout longest time that one answer may wait for a client that does not read it
 */
public record HttpLimits(
    int maxBodyBytes,
    int maxConnections,
    Duration bodyTimeout,
    Duration idleTimeout,
    Duration writeTimeout) {}
