/** Fixtures: a plain model of a store, records to feed it, a file system that fails. */
@NullMarked
package io.weir.storage.testing;

import org.jspecify.annotations.NullMarked;
