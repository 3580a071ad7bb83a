;; What is done with every pixel of a slice: counted, looked up, windowed, resized, summed up for its record.
;;
;; `node scripts/kernel.mjs` writes module-bytes.ts of this file; a test holds both against each other. The TypeScript beside it
;; (stored-words.ts, slice-facts.ts, resize.ts, crc32c.ts) says what each function means: their results are equal to the bit.
;; Sums are of 64 bits in the same order, and no two operations are fused. Nothing is called: no call is inlined here.
;;
;; Parameters are addresses in bytes. Words and stored bits are 16 bits each and need not lie at even addresses.
(module
  ;; 32 MB: a file and a picture of 512 x 512, and the tables of a few rules. At once, since each time that memory grows all of
  ;; the heap is collected; what is not used takes no room.
  (memory (export "memory") 512)

  ;; Counts words of 16 bits into two tables of 65,536 counters, which are 0 before. Two in turn: a word that follows its like
  ;; does not wait for its count. Four equal ones are counted at once: air is most of a picture.
  (func (export "count") (param $words i32) (param $pixels i32) (param $even i32) (param $odd i32)
    (local $end i32) (local $four i64) (local $at i32)
    (local.set $end (i32.add (local.get $words) (i32.shl (i32.and (local.get $pixels) (i32.const -4)) (i32.const 1))))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $words) (local.get $end)))
      (local.set $four (i64.load align=1 (local.get $words)))
      (local.set $words (i32.add (local.get $words) (i32.const 8)))
      (local.set $at (i32.add (local.get $even) (i32.shl (i32.wrap_i64 (i64.and (local.get $four) (i64.const 0xffff))) (i32.const 2))))
      (if (i64.eq (i64.rotl (local.get $four) (i64.const 16)) (local.get $four))
        (then
          (i32.store (local.get $at) (i32.add (i32.load (local.get $at)) (i32.const 4)))
          (br $next)))
      (i32.store (local.get $at) (i32.add (i32.load (local.get $at)) (i32.const 1)))
      (local.set $at (i32.add (local.get $odd)
        (i32.shl (i32.wrap_i64 (i64.and (i64.shr_u (local.get $four) (i64.const 16)) (i64.const 0xffff))) (i32.const 2))))
      (i32.store (local.get $at) (i32.add (i32.load (local.get $at)) (i32.const 1)))
      (local.set $at (i32.add (local.get $even)
        (i32.shl (i32.wrap_i64 (i64.and (i64.shr_u (local.get $four) (i64.const 32)) (i64.const 0xffff))) (i32.const 2))))
      (i32.store (local.get $at) (i32.add (i32.load (local.get $at)) (i32.const 1)))
      (local.set $at (i32.add (local.get $odd)
        (i32.shl (i32.wrap_i64 (i64.shr_u (local.get $four) (i64.const 48))) (i32.const 2))))
      (i32.store (local.get $at) (i32.add (i32.load (local.get $at)) (i32.const 1)))
      (br $next)))
    (local.set $end (i32.add (local.get $end) (i32.shl (i32.and (local.get $pixels) (i32.const 3)) (i32.const 1))))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $words) (local.get $end)))
      (local.set $at (i32.add (local.get $even) (i32.shl (i32.load16_u align=1 (local.get $words)) (i32.const 2))))
      (i32.store (local.get $at) (i32.add (i32.load (local.get $at)) (i32.const 1)))
      (local.set $words (i32.add (local.get $words) (i32.const 2)))
      (br $next))))

  ;; The words that were counted, ascending, and their counts, as 32 bits each. The counters are 0 after. Gives how many there are.
  (func (export "collect") (param $even i32) (param $odd i32) (param $used i32) (param $counts i32) (result i32)
    (local $word i32) (local $found i32) (local $count i32) (local $last i32)
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $word) (i32.const 65536)))
      (if (i32.eqz (v128.any_true (v128.or (v128.load (local.get $even)) (v128.load (local.get $odd)))))
        (then
          (local.set $word (i32.add (local.get $word) (i32.const 4)))
          (local.set $even (i32.add (local.get $even) (i32.const 16)))
          (local.set $odd (i32.add (local.get $odd) (i32.const 16)))
          (br $next)))
      (local.set $last (i32.add (local.get $word) (i32.const 4)))
      (loop $lane
        (local.set $count (i32.add (i32.load (local.get $even)) (i32.load (local.get $odd))))
        (if (local.get $count)
          (then
            (i32.store (local.get $used) (local.get $word))
            (i32.store (local.get $counts) (local.get $count))
            (local.set $used (i32.add (local.get $used) (i32.const 4)))
            (local.set $counts (i32.add (local.get $counts) (i32.const 4)))
            (local.set $found (i32.add (local.get $found) (i32.const 1)))
            (i32.store (local.get $even) (i32.const 0))
            (i32.store (local.get $odd) (i32.const 0))))
        (local.set $word (i32.add (local.get $word) (i32.const 1)))
        (local.set $even (i32.add (local.get $even) (i32.const 4)))
        (local.set $odd (i32.add (local.get $odd) (i32.const 4)))
        (br_if $lane (i32.lt_u (local.get $word) (local.get $last))))
      (br $next)))
    (local.get $found))

  ;; Words of 8 bits as words of 16.
  (func (export "widen") (param $bytes i32) (param $pixels i32) (param $out i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $bytes) (local.get $pixels)))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $bytes) (local.get $end)))
      (i32.store16 (local.get $out) (i32.load8_u (local.get $bytes)))
      (local.set $bytes (i32.add (local.get $bytes) (i32.const 1)))
      (local.set $out (i32.add (local.get $out) (i32.const 2)))
      (br $next))))

  ;; out[i] = table[words[i]], of 16 bits.
  (func (export "lookUp") (param $words i32) (param $pixels i32) (param $table i32) (param $out i32)
    (local $end i32)
    (local.set $end (i32.add (local.get $words) (i32.shl (local.get $pixels) (i32.const 1))))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $words) (local.get $end)))
      (i32.store16 (local.get $out)
        (i32.load16_u (i32.add (local.get $table) (i32.shl (i32.load16_u align=1 (local.get $words)) (i32.const 1)))))
      (local.set $words (i32.add (local.get $words) (i32.const 2)))
      (local.set $out (i32.add (local.get $out) (i32.const 2)))
      (br $next))))

  ;; out[i] = words[i] + what is added, of 16 bits, what runs over cut off. Up to seven more are written.
  (func (export "add") (param $words i32) (param $pixels i32) (param $added i32) (param $out i32)
    (local $end i32) (local $all v128)
    (local.set $all (i16x8.splat (local.get $added)))
    (local.set $end (i32.add (local.get $words) (i32.shl (local.get $pixels) (i32.const 1))))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $words) (local.get $end)))
      (v128.store (local.get $out) (i16x8.add (v128.load align=1 (local.get $words)) (local.get $all)))
      (local.set $words (i32.add (local.get $words) (i32.const 16)))
      (local.set $out (i32.add (local.get $out) (i32.const 16)))
      (br $next))))

  ;; Each pixel from the four around it. `rows` and `across`: of each output 24 bytes, the offsets of two taps in bytes and their
  ;; weights of 64 bits. Of an output four bytes are written, `stride` apart: what is too many is overwritten by the next, and up
  ;; to three bytes stand behind the last.
  (func (export "resizeByTwo") (param $bits i32) (param $table i32) (param $rows i32) (param $height i32)
    (param $across i32) (param $width i32) (param $out i32) (param $stride i32)
    (local $lastRow i32) (local $last i32) (local $tap i32) (local $upper i32) (local $lower i32) (local $one i32) (local $two i32)
    (local $up v128) (local $down v128) (local $left v128) (local $right v128)
    (local $a v128) (local $b v128) (local $c v128) (local $d v128) (local $low v128) (local $high v128) (local $four v128)
    (local.set $lastRow (i32.add (local.get $rows) (i32.mul (local.get $height) (i32.const 24))))
    (local.set $last (i32.add (local.get $across) (i32.mul (local.get $width) (i32.const 24))))
    (block $done (loop $row
      (br_if $done (i32.ge_u (local.get $rows) (local.get $lastRow)))
      (local.set $upper (i32.add (local.get $bits) (i32.load (local.get $rows))))
      (local.set $lower (i32.add (local.get $bits) (i32.load offset=4 (local.get $rows))))
      (local.set $up (v128.load64_splat offset=8 (local.get $rows)))
      (local.set $down (v128.load64_splat offset=16 (local.get $rows)))
      (local.set $tap (local.get $across))
      (loop $pixel
        (local.set $one (i32.load (local.get $tap)))
        (local.set $two (i32.load offset=4 (local.get $tap)))
        (local.set $left (v128.load64_splat offset=8 (local.get $tap)))
        (local.set $right (v128.load64_splat offset=16 (local.get $tap)))
        (local.set $a (v128.load (i32.add (local.get $table) (i32.shl (i32.load16_u align=1 (i32.add (local.get $upper) (local.get $one))) (i32.const 4)))))
        (local.set $b (v128.load (i32.add (local.get $table) (i32.shl (i32.load16_u align=1 (i32.add (local.get $lower) (local.get $one))) (i32.const 4)))))
        (local.set $c (v128.load (i32.add (local.get $table) (i32.shl (i32.load16_u align=1 (i32.add (local.get $upper) (local.get $two))) (i32.const 4)))))
        (local.set $d (v128.load (i32.add (local.get $table) (i32.shl (i32.load16_u align=1 (i32.add (local.get $lower) (local.get $two))) (i32.const 4)))))
        ;; Most of a picture is air, below all windows: nothing of nothing is nothing.
        (if (i32.eqz (v128.any_true (v128.or (v128.or (local.get $a) (local.get $b)) (v128.or (local.get $c) (local.get $d)))))
          (then
            (i32.store align=1 (local.get $out) (i32.const 0))
            (local.set $out (i32.add (local.get $out) (local.get $stride)))
            (local.set $tap (i32.add (local.get $tap) (i32.const 24)))
            (br_if $pixel (i32.lt_u (local.get $tap) (local.get $last)))
            (local.set $rows (i32.add (local.get $rows) (i32.const 24)))
            (br $row)))
        (local.set $low (f64x2.add
            (f64x2.mul (local.get $left) (f64x2.add
              (f64x2.mul (local.get $up) (f64x2.promote_low_f32x4 (local.get $a)))
              (f64x2.mul (local.get $down) (f64x2.promote_low_f32x4 (local.get $b)))))
            (f64x2.mul (local.get $right) (f64x2.add
              (f64x2.mul (local.get $up) (f64x2.promote_low_f32x4 (local.get $c)))
              (f64x2.mul (local.get $down) (f64x2.promote_low_f32x4 (local.get $d)))))))
        (local.set $high (f64x2.add
            (f64x2.mul (local.get $left) (f64x2.add
              (f64x2.mul (local.get $up) (f64x2.promote_low_f32x4 (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $a) (local.get $a))))
              (f64x2.mul (local.get $down) (f64x2.promote_low_f32x4 (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $b) (local.get $b))))))
            (f64x2.mul (local.get $right) (f64x2.add
              (f64x2.mul (local.get $up) (f64x2.promote_low_f32x4 (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $c) (local.get $c))))
              (f64x2.mul (local.get $down) (f64x2.promote_low_f32x4 (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $d) (local.get $d))))))))
        (local.set $four (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
          (f32x4.demote_f64x2_zero (local.get $low)) (f32x4.demote_f64x2_zero (local.get $high))))
        (local.set $four (i32x4.trunc_sat_f32x4_u (f32x4.nearest (local.get $four))))
        (local.set $four (i16x8.narrow_i32x4_u (local.get $four) (local.get $four)))
        (v128.store32_lane align=1 0 (local.get $out) (i8x16.narrow_i16x8_u (local.get $four) (local.get $four)))
        (local.set $out (i32.add (local.get $out) (local.get $stride)))
        (local.set $tap (i32.add (local.get $tap) (i32.const 24)))
        (br_if $pixel (i32.lt_u (local.get $tap) (local.get $last))))
      (local.set $rows (i32.add (local.get $rows) (i32.const 24)))
      (br $row))))

  ;; Adds a row of a picture, weighted, to sums of four channels each, of 64 bits.
  (func (export "addRow") (param $bits i32) (param $columns i32) (param $table i32) (param $weight f64) (param $sums i32)
    (local $end i32) (local $all v128) (local $four v128)
    (local.set $all (f64x2.splat (local.get $weight)))
    (local.set $end (i32.add (local.get $bits) (i32.shl (local.get $columns) (i32.const 1))))
    (block $done (loop $next
      (br_if $done (i32.ge_u (local.get $bits) (local.get $end)))
      (local.set $four (v128.load (i32.add (local.get $table) (i32.shl (i32.load16_u align=1 (local.get $bits)) (i32.const 4)))))
      (v128.store (local.get $sums) (f64x2.add (v128.load (local.get $sums))
        (f64x2.mul (local.get $all) (f64x2.promote_low_f32x4 (local.get $four)))))
      (v128.store offset=16 (local.get $sums) (f64x2.add (v128.load offset=16 (local.get $sums))
        (f64x2.mul (local.get $all) (f64x2.promote_low_f32x4 (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $four) (local.get $four))))))
      (local.set $sums (i32.add (local.get $sums) (i32.const 32)))
      (local.set $bits (i32.add (local.get $bits) (i32.const 2)))
      (br $next))))

  ;; A line of outputs of such sums, which are 0 after. `across`: of each output the offset of its first sum in bytes, and how many
  ;; taps it has; `weights` of all taps, of 64 bits.
  (func (export "finishRow") (param $sums i32) (param $columns i32) (param $across i32) (param $width i32) (param $weights i32)
    (param $out i32) (param $stride i32)
    (local $last i32) (local $from i32) (local $taps i32) (local $low v128) (local $high v128) (local $weight v128) (local $zero v128) (local $four v128)
    (local.set $last (i32.add (local.get $across) (i32.shl (local.get $width) (i32.const 3))))
    (block $done (loop $pixel
      (br_if $done (i32.ge_u (local.get $across) (local.get $last)))
      (local.set $from (i32.add (local.get $sums) (i32.load (local.get $across))))
      (local.set $taps (i32.load offset=4 (local.get $across)))
      (local.set $low (local.get $zero))
      (local.set $high (local.get $zero))
      (block $summed (loop $tap
        (br_if $summed (i32.eqz (local.get $taps)))
        (local.set $weight (v128.load64_splat (local.get $weights)))
        (local.set $low (f64x2.add (local.get $low) (f64x2.mul (local.get $weight) (v128.load (local.get $from)))))
        (local.set $high (f64x2.add (local.get $high) (f64x2.mul (local.get $weight) (v128.load offset=16 (local.get $from)))))
        (local.set $from (i32.add (local.get $from) (i32.const 32)))
        (local.set $weights (i32.add (local.get $weights) (i32.const 8)))
        (local.set $taps (i32.sub (local.get $taps) (i32.const 1)))
        (br $tap)))
      (local.set $four (i8x16.shuffle 0 1 2 3 4 5 6 7 16 17 18 19 20 21 22 23
        (f32x4.demote_f64x2_zero (local.get $low)) (f32x4.demote_f64x2_zero (local.get $high))))
      (local.set $four (i32x4.trunc_sat_f32x4_u (f32x4.nearest (local.get $four))))
      (local.set $four (i16x8.narrow_i32x4_u (local.get $four) (local.get $four)))
      (v128.store32_lane align=1 0 (local.get $out) (i8x16.narrow_i16x8_u (local.get $four) (local.get $four)))
      (local.set $out (i32.add (local.get $out) (local.get $stride)))
      (local.set $across (i32.add (local.get $across) (i32.const 8)))
      (br $pixel)))
    (memory.fill (local.get $sums) (i32.const 0) (i32.shl (local.get $columns) (i32.const 5))))

  ;; CRC-32C as crc32c.ts has it, not inverted: `table` holds its eight tables.
  (func (export "crc") (param $crc i32) (param $at i32) (param $length i32) (param $table i32) (result i32)
    (local $end i32) (local $next i32)
    (local.set $end (i32.add (local.get $at) (i32.and (local.get $length) (i32.const -8))))
    (block $done (loop $eight
      (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
      (local.set $crc (i32.xor (local.get $crc) (i32.load align=1 (local.get $at))))
      (local.set $next (i32.load offset=4 align=1 (local.get $at)))
      (local.set $crc
        (i32.xor
          (i32.xor
            (i32.xor
              (i32.load offset=7168 (i32.add (local.get $table) (i32.shl (i32.and (local.get $crc) (i32.const 255)) (i32.const 2))))
              (i32.load offset=6144 (i32.add (local.get $table) (i32.shl (i32.and (i32.shr_u (local.get $crc) (i32.const 8)) (i32.const 255)) (i32.const 2)))))
            (i32.xor
              (i32.load offset=5120 (i32.add (local.get $table) (i32.shl (i32.and (i32.shr_u (local.get $crc) (i32.const 16)) (i32.const 255)) (i32.const 2))))
              (i32.load offset=4096 (i32.add (local.get $table) (i32.shl (i32.and (i32.shr_u (local.get $crc) (i32.const 24)) (i32.const 255)) (i32.const 2))))))
          (i32.xor
            (i32.xor
              (i32.load offset=3072 (i32.add (local.get $table) (i32.shl (i32.and (local.get $next) (i32.const 255)) (i32.const 2))))
              (i32.load offset=2048 (i32.add (local.get $table) (i32.shl (i32.and (i32.shr_u (local.get $next) (i32.const 8)) (i32.const 255)) (i32.const 2)))))
            (i32.xor
              (i32.load offset=1024 (i32.add (local.get $table) (i32.shl (i32.and (i32.shr_u (local.get $next) (i32.const 16)) (i32.const 255)) (i32.const 2))))
              (i32.load (i32.add (local.get $table) (i32.shl (i32.and (i32.shr_u (local.get $next) (i32.const 24)) (i32.const 255)) (i32.const 2))))))))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (br $eight)))
    (local.set $end (i32.add (local.get $end) (i32.and (local.get $length) (i32.const 7))))
    (block $done (loop $one
      (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
      (local.set $crc (i32.xor (i32.shr_u (local.get $crc) (i32.const 8))
        (i32.load (i32.add (local.get $table) (i32.shl (i32.and (i32.xor (local.get $crc) (i32.load8_u (local.get $at))) (i32.const 255)) (i32.const 2))))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br $one)))
    (local.get $crc)))
