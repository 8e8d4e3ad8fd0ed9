/**
 * The only door to the file system, so that tests can stand in it.
 *
 * <p>In: paths and bytes from {@code segment} and {@code checkpoint}. Out: files. Of Weir's
 * packages, this one knows {@code os} only.
 */
@NullMarked
package io.weir.storage.io;

import org.jspecify.annotations.NullMarked;
