@NullMarked
package io.weir.storage.memory;

import org.jspecify.annotations.NullMarked;
