package io.weir.storage;

import java.time.Duration;

/**
 * What opening a store found.
 *
 * @param collections collections found on the disk
 * @param shards shards found
 * @param chunks chunks mapped
 * @param liveRows live rows in them
 * @param strayFiles files left by checkpoints that did not finish, and removed
 * @param took time from start to serving
 */
public record RecoveryReport(
    int collections, int shards, int chunks, long liveRows, int strayFiles, Duration took) {}
