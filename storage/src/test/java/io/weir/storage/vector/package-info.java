/** Tests. */
@NullMarked
package io.weir.storage.vector;

import org.jspecify.annotations.NullMarked;
