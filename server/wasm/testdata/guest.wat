;; The guest of the host's tests. It does what the first byte of a card says, see $evaluate.
(module
  (import "assay" "log" (func $log (param i32 i32)))
  (import "assay" "call" (func $call (param i32 i32 i32) (result i64)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "clock_time_get" (func $clock (param i32 i64 i32) (result i32)))
  (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "random_get" (func $random (param i32 i32) (result i32)))
  (memory (export "memory") 3)

  ;; 1024 the description
  (data (i32.const 1024) "{\"abi\":1,\"checks\":[{\"name\":\"quality\",\"type\":\"Quality\",\"messages\":{\"boom\":{\"en\":\"boom\"}}},{\"name\":\"segment\",\"type\":\"Segmentation\",\"labels\":{\"big\":{\"title\":{\"en\":\"Big\"}}}}]}")
  ;; 2048 a finding with code "boom"
  (data (i32.const 2048) "\0a\00\00\00\01\01\04\00\00\00boom")
  ;; 2080 a finding whose code is not UTF-8
  (data (i32.const 2080) "\08\00\00\00\01\01\02\00\00\00\c3\28")
  ;; 2112 a label "big"
  (data (i32.const 2112) "\09\00\00\00\02\07\03\00\00\00big")
  ;; 2144 a measure "m", its value is at 2160
  (data (i32.const 2144) "\14\00\00\00\03\09\01\00\00\00m\0a\08\00\00\00")
  ;; 2176 the answers of assay_configure: {status, handle}
  (data (i32.const 2176) "\00\00\00\00\00\00\00\00")
  (data (i32.const 2192) "\01\00\00\00\00\00\00\00I do not like them")
  ;; 2256 what is logged; 2272 an iovec of it
  (data (i32.const 2256) "hello\n")
  (data (i32.const 2272) "\d0\08\00\00\06\00\00\00")
  ;; 2304 the argument of match; 2336 a WASI clock subscription: relative, 1 s on the monotonic clock
  (data (i32.const 2336) "\07\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00\01\00\00\00\00\00\00\00\00\ca\9a\3b")
  ;; 4096 room for large results: a finding "boom" with a parameter "v" of a length to be filled in
  (data (i32.const 4096) "\00\00\00\00\01\01\04\00\00\00boom\05\01\00\00\00v\06\00\00\00\00")

  (global $heap (mut i32) (i32.const 131072))
  (global $evaluated (mut i32) (i32.const 0))
  (global $configured (mut i32) (i32.const 0))

  (func (export "assay_abi") (result i32) (i32.const 1))
  (func (export "assay_describe") (result i64)
    (i64.const 0x400000000ab))

  ;; A bump allocator that grows the memory every time it is asked.
  (func (export "assay_alloc") (param $size i32) (result i32)
    (local $at i32)
    (local.set $at (global.get $heap))
    (global.set $heap (i32.and (i32.add (i32.add (local.get $at) (local.get $size)) (i32.const 7)) (i32.const -8)))
    (if (i32.eq (memory.grow (i32.add (i32.shr_u (local.get $size) (i32.const 16)) (i32.const 1))) (i32.const -1))
      (then (return (i32.const 0))))
    (local.get $at))

  ;; Settings {} and {"…: yes. {r: a refusal. {t: a trap. {p: a wild pointer.
  ;; The handle is check*256 plus the number of times this instance was configured.
  (func (export "assay_configure") (param $check i32) (param $ptr i32) (param $len i32) (result i64)
    (local $c i32)
    (local.set $c (i32.load8_u offset=1 (local.get $ptr)))
    (if (i32.eq (local.get $c) (i32.const 114)) (then (return (i64.const 0x8900000001a))))
    (if (i32.eq (local.get $c) (i32.const 116)) (then (unreachable)))
    (if (i32.eq (local.get $c) (i32.const 112)) (then (return (i64.const 0x7fffffff00000040))))
    (global.set $configured (i32.add (global.get $configured) (i32.const 1)))
    (i32.store (i32.const 2180) (i32.add (i32.mul (local.get $check) (i32.const 256)) (global.get $configured)))
    (i64.const 0x88000000008))

  (func $recurse (param $n i32) (result i32)
    (i32.add (call $recurse (i32.add (local.get $n) (i32.const 1))) (i32.const 1)))

  (func $measure (param $v i64) (result i64)
    (i64.store (i32.const 2160) (local.get $v))
    (i64.const 0x86000000018))

  (func $evaluate (export "assay_evaluate") (param $handle i32) (param $ptr i32) (param $len i32) (result i64)
    (local $do i32) (local $n i32)
    (global.set $evaluated (i32.add (global.get $evaluated) (i32.const 1)))
    (local.set $do (i32.load8_u (local.get $ptr)))
    ;; . nothing to say
    (if (i32.eq (local.get $do) (i32.const 46)) (then (return (i64.const 0))))
    ;; f a finding (check quality) or a label (check segment)
    (if (i32.eq (local.get $do) (i32.const 102)) (then
      (if (i32.ge_u (local.get $handle) (i32.const 256)) (then (return (i64.const 0x8400000000d))))
      (return (i64.const 0x8000000000e))))
    ;; t a trap
    (if (i32.eq (local.get $do) (i32.const 116)) (then (unreachable)))
    ;; r endless recursion
    (if (i32.eq (local.get $do) (i32.const 114)) (then (drop (call $recurse (i32.const 0)))))
    ;; x an exit; before it a line on standard error
    (if (i32.eq (local.get $do) (i32.const 120)) (then
      (drop (call $write (i32.const 2) (i32.const 2272) (i32.const 1) (i32.const 2300)))
      (call $exit (i32.const 3))))
    ;; p a wild pointer, q a pointer whose end wraps around, l too long a length
    (if (i32.eq (local.get $do) (i32.const 112)) (then (return (i64.const 0x7fffffff00000010))))
    (if (i32.eq (local.get $do) (i32.const 113)) (then (return (i64.const 0xffffff0000000200))))
    (if (i32.eq (local.get $do) (i32.const 108)) (then (return (i64.const 0x0000080000010001))))
    ;; u a code that is not UTF-8, m a row cut off
    (if (i32.eq (local.get $do) (i32.const 117)) (then (return (i64.const 0x8200000000c))))
    (if (i32.eq (local.get $do) (i32.const 109)) (then (return (i64.const 0x8000000000d))))
    ;; b a finding with a parameter of u32 bytes, given at 4
    (if (i32.eq (local.get $do) (i32.const 98)) (then
      (local.set $n (i32.load offset=4 (local.get $ptr)))
      (i32.store (i32.const 4096) (i32.add (local.get $n) (i32.const 21)))
      (i32.store (i32.const 4117) (local.get $n))
      (memory.fill (i32.const 4121) (i32.const 120) (local.get $n))
      (return (i64.or (i64.shl (i64.const 4096) (i64.const 32)) (i64.extend_i32_u (i32.add (local.get $n) (i32.const 25)))))))
    ;; g memory growth, then a finding
    (if (i32.eq (local.get $do) (i32.const 103)) (then
      (drop (memory.grow (i32.const 8)))
      (return (i64.const 0x8000000000e))))
    ;; n measures now, w the wall clock in ns, c the monotonic clock, s the same after a sleep of 1 s, d a random number
    (if (i32.eq (local.get $do) (i32.const 110)) (then
      (return (call $measure (call $call (i32.const 1) (i32.const 0) (i32.const 0))))))
    (if (i32.eq (local.get $do) (i32.const 119)) (then
      (drop (call $clock (i32.const 0) (i64.const 1) (i32.const 2400)))
      (return (call $measure (i64.load (i32.const 2400))))))
    (if (i32.eq (local.get $do) (i32.const 99)) (then
      (drop (call $clock (i32.const 1) (i64.const 1) (i32.const 2400)))
      (return (call $measure (i64.load (i32.const 2400))))))
    (if (i32.eq (local.get $do) (i32.const 115)) (then
      (drop (call $poll (i32.const 2336) (i32.const 2432) (i32.const 1) (i32.const 2480)))
      (drop (call $clock (i32.const 1) (i64.const 1) (i32.const 2400)))
      (return (call $measure (i64.load (i32.const 2400))))))
    (if (i32.eq (local.get $do) (i32.const 100)) (then
      (drop (call $random (i32.const 2400) (i32.const 8)))
      (return (call $measure (i64.load (i32.const 2400))))))
    ;; e measures how many records this instance has evaluated, h the handle
    (if (i32.eq (local.get $do) (i32.const 101)) (then
      (return (call $measure (i64.extend_i32_u (global.get $evaluated))))))
    (if (i32.eq (local.get $do) (i32.const 104)) (then
      (return (call $measure (i64.extend_i32_u (local.get $handle))))))
    ;; a measures a match: the pattern's length is the u8 at 1; pattern and text begin at 8
    (if (i32.eq (local.get $do) (i32.const 97)) (then
      (local.set $n (i32.load8_u offset=1 (local.get $ptr)))
      (i32.store (i32.const 2304) (i32.add (local.get $ptr) (i32.const 8)))
      (i32.store (i32.const 2308) (local.get $n))
      (i32.store (i32.const 2312) (i32.add (i32.add (local.get $ptr) (i32.const 8)) (local.get $n)))
      (i32.store (i32.const 2316) (i32.sub (local.get $len) (i32.add (i32.const 8) (local.get $n))))
      (return (call $measure (call $call (i32.const 2) (i32.const 2304) (i32.const 16))))))
    ;; o logs hello 2,000 times, O logs from a wild pointer, y calls an unknown function, z matches at a wild pointer
    (if (i32.eq (local.get $do) (i32.const 111)) (then
      (local.set $n (i32.const 2000))
      (loop $again
        (call $log (i32.const 2256) (i32.const 5))
        (local.set $n (i32.sub (local.get $n) (i32.const 1)))
        (br_if $again (local.get $n)))
      (return (i64.const 0))))
    (if (i32.eq (local.get $do) (i32.const 79)) (then (call $log (i32.const -8) (i32.const 16))))
    (if (i32.eq (local.get $do) (i32.const 121)) (then (drop (call $call (i32.const 99) (i32.const 0) (i32.const 0)))))
    (if (i32.eq (local.get $do) (i32.const 122)) (then (drop (call $call (i32.const 2) (i32.const -16) (i32.const 16)))))
    ;; k logs the rest of the card, K does and traps, E writes it to standard error and traps
    (if (i32.eq (i32.or (local.get $do) (i32.const 32)) (i32.const 107)) (then
      (call $log (i32.add (local.get $ptr) (i32.const 1)) (i32.sub (local.get $len) (i32.const 1)))
      (if (i32.eq (local.get $do) (i32.const 75)) (then (unreachable)))))
    (if (i32.eq (local.get $do) (i32.const 69)) (then
      (i32.store (i32.const 2400) (i32.add (local.get $ptr) (i32.const 1)))
      (i32.store (i32.const 2404) (i32.sub (local.get $len) (i32.const 1)))
      (drop (call $write (i32.const 2) (i32.const 2400) (i32.const 1) (i32.const 2408)))
      (unreachable)))
    (i64.const 0))
)
