/** Tests. */
@NullMarked
package io.weir.storage.hot;

import org.jspecify.annotations.NullMarked;
