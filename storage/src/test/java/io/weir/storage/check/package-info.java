/** Tests. */
@NullMarked
package io.weir.storage.check;

import org.jspecify.annotations.NullMarked;
