/**
 * Off-heap memory: how bytes are laid out in it, who may have how much, and who gives it back.
 *
 * <p>Used by {@code hot} for slabs and by {@code segment} for maps. This package knows no other
 * package of Weir.
 */
@NullMarked
package io.weir.storage.memory;

import org.jspecify.annotations.NullMarked;
