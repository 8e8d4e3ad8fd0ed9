/** Tests. */
@NullMarked
package io.weir.storage.query;

import org.jspecify.annotations.NullMarked;
