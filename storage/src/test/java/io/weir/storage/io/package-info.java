/** Tests. */
@NullMarked
package io.weir.storage.io;

import org.jspecify.annotations.NullMarked;
