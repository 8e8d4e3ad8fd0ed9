package io.weir.api.client;

/**
 * A collection in the list of all.
 *
 * @param dimension components of its vectors
 * @param liveRows counted exactly
 * @param shards how many there are here
 */
public record CollectionSummary(
    String name, int dimension, Metric metric, long liveRows, int shards) {}
