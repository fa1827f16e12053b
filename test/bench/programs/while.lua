-- 20000000 operations
local x, i = 1, 0
while i < 20000000 do
	x = (x * 75 + 74) % 65537
	i = i + 1
end
print(x)
