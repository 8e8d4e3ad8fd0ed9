/** Tests of what the operating system is asked, against what it says elsewhere. */
@NullMarked
package io.weir.storage.os;

import org.jspecify.annotations.NullMarked;
