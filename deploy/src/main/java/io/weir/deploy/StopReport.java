package io.weir.deploy;

import java.time.Duration;

/**
 * What a stop has left behind.
 *
 * @param durable whether everything that was visible is also on the disk; if not, the next start
 *     reads the rest from Kafka again
 * @param collections collections in the data folder
 * @param liveRows rows that a query could find
 * @param diskBytes lengths of the store's files
 * @param took how long stopping took
 */
public record StopReport(
    boolean durable, int collections, long liveRows, long diskBytes, Duration took) {}
