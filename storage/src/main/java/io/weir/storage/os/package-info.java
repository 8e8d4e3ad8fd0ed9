/**
 * What the operating system says of files, maps and this process; nothing where it says nothing.
 *
 * <p>In: paths from {@code io}, maps that the caller holds. Out: bytes and counts, each an {@link
 * java.util.OptionalLong}, and notes that say why one is empty. Nothing here throws because a
 * system is not Linux, too old, or closed up. This package knows no other package of Weir.
 */
@NullMarked
package io.weir.storage.os;

import org.jspecify.annotations.NullMarked;
