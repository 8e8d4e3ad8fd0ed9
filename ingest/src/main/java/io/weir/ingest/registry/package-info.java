/**
 * Schemas over the wire: the id or guid that a value names in, a {@link
 * io.weir.ingest.decode.WrittenSchema} out, from a registry with the common REST interface. Knows
 * nothing of Kafka, and nothing of what a schema says.
 */
@NullMarked
package io.weir.ingest.registry;

import org.jspecify.annotations.NullMarked;
