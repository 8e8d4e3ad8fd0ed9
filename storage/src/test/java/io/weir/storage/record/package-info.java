/** Tests. */
@NullMarked
package io.weir.storage.record;

import org.jspecify.annotations.NullMarked;
