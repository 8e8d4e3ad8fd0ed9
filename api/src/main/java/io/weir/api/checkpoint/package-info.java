/**
 * Checkpoints: run one now, look at the latest.
 *
 * <p>In: requests. Out: reports as JSON, or a problem that names the shards that failed.
 */
@NullMarked
package io.weir.api.checkpoint;

import org.jspecify.annotations.NullMarked;
