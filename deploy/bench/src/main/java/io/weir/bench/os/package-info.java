/**
 * What the operating system says: blocks of files, memory of this process, the speed of a plain
 * write.
 *
 * <p>In: a folder or nothing. Out: bytes, or bytes a second. Asks the system itself and nothing of
 * Weir, for Weir's own figures are held against it.
 */
@NullMarked
package io.weir.bench.os;

import org.jspecify.annotations.NullMarked;
