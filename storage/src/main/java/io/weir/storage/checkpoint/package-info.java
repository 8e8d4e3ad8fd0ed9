/**
 * Makes hot rows durable: plans a chunk, has it written, publishes the manifest that names it.
 *
 * <p>In: a frozen hot snapshot and the position that belongs to it. Out: a manifest generation on
 * the disk, and the view that queries go on with. {@link io.weir.storage.checkpoint.DurableShard}
 * holds the order of the steps.
 */
@NullMarked
package io.weir.storage.checkpoint;

import org.jspecify.annotations.NullMarked;
