@NullMarked
package io.weir.ingest.poll;

import org.jspecify.annotations.NullMarked;
