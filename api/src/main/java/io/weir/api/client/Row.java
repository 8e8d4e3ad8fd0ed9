package io.weir.api.client;

import java.time.Instant;
import java.util.Optional;

/**
 * A live row.
 *
 * @param key its key
 * @param partition the partition that it came from
 * @param offset its offset there
 * @param timestamp Kafka's, where the record had one, in milliseconds; frames of an export have
 *     none
 * @param vector its vector, where that was asked for
 * @param payload its payload, where there is one and it was asked for
 */
public record Row(
    String key,
    int partition,
    long offset,
    Optional<Instant> timestamp,
    Optional<Vector> vector,
    Optional<Payload> payload) {}
