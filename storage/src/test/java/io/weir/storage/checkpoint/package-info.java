/** Tests of what a commit remembers. */
@NullMarked
package io.weir.storage.checkpoint;

import org.jspecify.annotations.NullMarked;
