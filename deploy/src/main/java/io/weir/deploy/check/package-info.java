/**
 * The commands {@code inspect} and {@code verify}: what is in the files of a store, and whether
 * they are whole.
 *
 * <p>In: a data folder, of a stopped Weir or under a running one; it is only read. Out: tables and
 * bars, or JSON, and an exit code.
 */
@NullMarked
package io.weir.deploy.check;

import org.jspecify.annotations.NullMarked;
