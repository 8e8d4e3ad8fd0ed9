/** Tests. */
@NullMarked
package io.weir.storage.segment;

import org.jspecify.annotations.NullMarked;
