/**
 * The bridge from a {@code KafkaConsumer} to Reactor.
 *
 * <p>In: the records of topic partitions, and downstream's demand. Out: one {@code Flux} of {@link
 * io.weir.ingest.poll.RecordBatch} a partition, free of Kafka's types. Nothing is decoded here and
 * no position is remembered: where to start comes from outside, how far it got goes along with each
 * batch.
 */
@NullMarked
package io.weir.ingest.poll;

import org.jspecify.annotations.NullMarked;
